"""How conditions and values are written in English."""
