"""Results in notebooks, and in the packages around imagery."""
