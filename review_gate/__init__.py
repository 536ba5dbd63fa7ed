"""Review Gate: nothing goes out under the brand's name until it has passed the gate."""

__version__ = "0.1.0"
