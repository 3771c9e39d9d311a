"""What runs without anybody at the keyboard: files for schedulers and forges, and what such jobs say there."""
