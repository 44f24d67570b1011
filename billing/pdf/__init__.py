"""Documents on paper: fonts, what the renderer may read, and the renderer."""
