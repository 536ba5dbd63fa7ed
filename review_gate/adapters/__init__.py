"""The outer world behind the ports."""

import os

# ONNX Runtime's own builds send events about their use to their maker, under an identity that they keep in ~/.cache.
# It reads this once, when it is first imported, which only the modules in here (and what they import) do.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
