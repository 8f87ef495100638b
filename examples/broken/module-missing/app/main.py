import requests

print(requests.get("http://backend:8000/").text)
