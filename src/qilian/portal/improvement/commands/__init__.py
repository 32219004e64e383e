"""What pages and programs do, a topic a file; every change of state goes through the table and is recorded."""
