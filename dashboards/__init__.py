"""Ask and draw: the pages that a person looks at. A view computes nothing."""
