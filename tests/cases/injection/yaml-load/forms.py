import ruamel.yaml
import yaml
from ruamel.yaml import YAML
from yaml import Loader, UnsafeLoader, load

yaml.load(text)  # expect: injection/yaml-load
yaml.load_all(text)  # expect: injection/yaml-load
yaml.load(text, yaml.Loader)  # expect: injection/yaml-load
yaml.load(text, Loader=UnsafeLoader)  # expect: injection/yaml-load
load(text, Loader=Loader)  # expect: injection/yaml-load
yaml.unsafe_load(text)  # expect: injection/yaml-load
yaml.load(text, Loader=yaml.FullLoader)  # expect: injection/yaml-load (info)
yaml.full_load(text)  # expect: injection/yaml-load (info)
YAML(typ="unsafe")  # expect: injection/yaml-load
ruamel.yaml.load(text)  # expect: injection/yaml-load

# Nothing to see.
yaml.safe_load(text)
yaml.load(text, Loader=yaml.SafeLoader)
yaml.load(text, Loader=yaml.CSafeLoader)
yaml.load(text, Loader=OurLoader)
yaml.load(text, **options)
YAML()
YAML(typ="safe")
json.load(text)
