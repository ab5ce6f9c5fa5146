import requests
from sqlalchemy.orm import Session
