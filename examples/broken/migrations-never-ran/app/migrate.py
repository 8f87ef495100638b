import sqlite3

sqlite3.connect("/data/shop.db").execute("CREATE TABLE IF NOT EXISTS items (name TEXT)")
