"""Old registers of complaints, brought in and handed out by the ledgers' own way; other sheets."""
