"""The pages of measures, co-benefits, least-cost plans and pathways."""
