"""The `synth` command, one file per group."""
