"""What public sources say, one kind of row a file: the columns of a layer's values."""
