"""The eval suite: quality as numbers with intervals, scorers apart from metrics."""
