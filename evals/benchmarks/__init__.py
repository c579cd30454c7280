"""Speed, memory and growth, side by side with what people use today."""
