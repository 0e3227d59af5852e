"""Plans, prospects, surveys and recognition: one module per noun, all imported here."""
