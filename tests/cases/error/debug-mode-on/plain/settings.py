DEBUG = True
TITLE = "A settings module of something that is not Django"
