import yaml

print(yaml.safe_load(open("/app/config.yaml")))
