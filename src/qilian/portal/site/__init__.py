"""What all pages share: the frame, forms, words in the reader's language, pictures, headers. It knows no domain."""
