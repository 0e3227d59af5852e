"""Old registers of visits and return visits, brought in and handed out by the ledgers' own way."""
