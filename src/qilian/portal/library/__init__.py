"""The standards library: catalogues of documents, imported from files, kept in the database and asked as of a date."""
