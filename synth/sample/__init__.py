"""The study of `synth demo` and its truth."""
