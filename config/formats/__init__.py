"""Days and times as the office writes them, in every language and in the admin: 2026-11-23."""
