"""Our inventory beside others: their layouts read, their sectors mapped, cells compared with reasons for what differs."""
