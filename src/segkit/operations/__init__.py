"""Operations: one module or package per verb; they do not import each other."""
