"""Reports for people: one model of sections, tables and charts; HTML and DOCX made from it."""
