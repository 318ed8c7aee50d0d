"""Made-up secrets and the code they stand in, as a model would suggest it."""

# Assembled from halves, so that no scanner takes this repository for a leak.
PLANTED = {
    "aws key": ("AKIA" + "Z7QX4M2KDJ5WVN3P", 'aws_key = "{}"'),
    "aws secret": ("wJalrXUtnFEMI" + "K7MDENGbPxRfiCYzT3rT8kQ2aLw", "aws_secret_access_key = '{}'"),
    "github token": ("ghp_" + "a8Kd72hLqPzX93mNvB45cRtYwE6uJi1oSfG0", "git clone https://{}@github.com/a/b"),
    "slack token": ("xoxb-" + "263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1", "client = WebClient('{}')"),
    "stripe key": ("sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", 'stripe.api_key = "{}"'),
    "jwt": (
        "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        'headers = {{"Authorization": "Bearer {}"}}',
    ),
    "openai key": ("sk-proj-" + "Ab3dEf6hIj9lMn2pQr5tUv8xYz1", "openai.Client(api_key='{}')"),
    "password": ("correct-horse-battery", 'password = "{}"'),
    "short password": ("hunter2", "db_password='{}'"),
    "spaced password": ("tr0ub4dor & 3", 'PASSWORD = "{}"'),
    "password in yaml": ("s3cr3tyaml!", "  password: {}"),
    "password in json": ("jsonpass99", '"client_secret": "{}",'),
    "password with an apostrophe": ("it's my dog's name", 'password = "{}"'),
    "password with an escaped quote": ('say \\"friend\\" and enter', '"pass": "{}",'),
    "password named briefly": ("hunter22", 'pw = "{}"'),
    "password with a type": ("hunter222", 'db_pw: str | None = "{}"'),
    "password compared": ("opensesame", 'if user.password == "{}":'),
    "password in bytes": ("open sesame", "secret = b'{}'"),
    "password in many lines": ("first words\nlast words", 'SECRET = """{}"""'),
    "password in json in a string": ("jsonpass77", 'body = "{{\\"pass\\": \\"{}\\"}}"'),
    "password unclosed": ("cut off here", 'password = "{}'),
    "basic credentials": ("dXNlcjpwYXNz", "Authorization: Basic {}"),
    "quoted basic credentials": ("dXNlcjpwYXNz", 'headers["Authorization"] = "Basic {}"'),
    "bearer's token": ("abc123def45", "curl -H 'Authorization: Bearer {}' https://example.org"),
    "quoted bearer's token": ("abc123def45", 'h = {{"Authorization": "Bearer {}"}}'),
    "token of nobody's": ("abc123def45", 'send("bearer {}")'),
    "password in a url": ("urlpass77", 'connect("postgres://admin:{}@db.example.org/main")'),
    "env assignment": ("plainvalue", "SMTP_HOSTPASS={}"),
    "exported": ("anything goes here", "export SESSION_SALT={}"),
    "bare hex": ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c", "{}"),
    "bare base64": ("q8Zr3Vn0xTgJ5mPb7KdWc2LyAe9HuSfX", "    value={}, other=1"),
    "allow-listed": ("AKIA" + "P3NVW5JDK2M4XQ7Z", 'key = "{}"  # pragma: allowlist secret'),
    "private key": (
        "MIIEpAIBAAKCAQEA7bq\nqNgzRVsd0Vx3mCgh\nK9vT2wQz8rLm",
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
    ),
    "cut private key": ("b3BlbnNzaC1rZXktdjEAAAA\nAbAbAb", "-----BEGIN OPENSSH PRIVATE KEY-----\n{}"),
}
"""Name → (the secret, the code with a place for it)."""


def needles(secret: str) -> list[str]:
    """What must not be found of a secret: each of its lines."""
    return secret.split("\n")


def code(name: str) -> str:
    """The planted code of a name."""
    secret, template = PLANTED[name]
    return "def connect(url):\n" + template.format(secret) + "\nreturn url"
