"""A small project with tests, as a person would keep it, to send suggestions up the ladder in."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

FILES: Final = {
    ".gitignore": """
        .venv/
        """,
    "pyproject.toml": """
        [project]
        name = "shop"
        version = "1.0"

        [tool.ruff.lint]
        select = ["E", "F"]

        [tool.pytest.ini_options]
        testpaths = ["tests"]
        filterwarnings = ["error"]
        """,
    "src/shop/__init__.py": """
        \"\"\"A shop.\"\"\"
        """,
    "src/shop/prices.py": """
        \"\"\"Prices, in cents.\"\"\"

        RATES = {"standard": 19, "reduced": 7, "none": 0}


        def tax(net, kind="standard"):
            \"\"\"The tax on a net price, rounded half up.\"\"\"
            if kind not in RATES:
                raise ValueError(f"no such rate: {kind}")
            return (net * RATES[kind] + 50) // 100


        def gross(net, kind="standard"):
            \"\"\"What is to be paid for a net price.\"\"\"
            return net + tax(net, kind)


        def discounted(price, percent):
            \"\"\"A price less so many per cent, never below nothing.\"\"\"
            if not 0 <= percent <= 100:
                raise ValueError("a discount is between 0 and 100 per cent")
            return max(price - price * percent // 100, 0)


        def formatted(cents, sign="€"):
            \"\"\"A price as people read it.\"\"\"
            whole, rest = divmod(abs(cents), 100)
            minus = "-" if cents < 0 else ""
            return f"{minus}{whole}.{rest:02d} {sign}"
        """,
    "src/shop/cart.py": """
        \"\"\"A cart of things.\"\"\"

        from shop.prices import discounted, gross


        class Cart:
            \"\"\"What somebody is about to buy.\"\"\"

            def __init__(self):
                self.lines = []

            def add(self, name, net, count=1):
                \"\"\"Put so many of a thing in.\"\"\"
                if count < 1:
                    raise ValueError("at least one")
                for line in self.lines:
                    if line["name"] == name and line["net"] == net:
                        line["count"] += count
                        return
                self.lines.append({"name": name, "net": net, "count": count})

            def remove(self, name):
                \"\"\"Take a thing out; returns whether it was there.\"\"\"
                before = len(self.lines)
                self.lines = [line for line in self.lines if line["name"] != name]
                return len(self.lines) < before

            def count(self):
                \"\"\"How many things there are.\"\"\"
                return sum(line["count"] for line in self.lines)

            def total(self, percent=0):
                \"\"\"What is to be paid, less a discount.\"\"\"
                paid = sum(gross(line["net"]) * line["count"] for line in self.lines)
                return discounted(paid, percent)

            def dearest(self):
                \"\"\"The name of the dearest thing; None in an empty cart.\"\"\"
                if not self.lines:
                    return None
                return max(self.lines, key=lambda line: line["net"])["name"]
        """,
    "src/shop/codes.py": """
        \"\"\"Codes on vouchers.\"\"\"

        import string

        ALPHABET = string.digits + string.ascii_uppercase


        def check_sign(body):
            \"\"\"The sign that makes a code's sum come out.\"\"\"
            total = 0
            for place, sign in enumerate(body):
                total += (place + 1) * ALPHABET.index(sign)
            return ALPHABET[total % len(ALPHABET)]


        def is_valid(code):
            \"\"\"Whether a code has at least two signs and the last is the right one.\"\"\"
            if len(code) < 2:
                return False
            if any(sign not in ALPHABET for sign in code):
                return False
            return check_sign(code[:-1]) == code[-1]


        def search(codes, wanted):
            \"\"\"The place of a code in a sorted list; -1 where it is not.\"\"\"
            low, high = 0, len(codes)
            while low < high:
                middle = (low + high) // 2
                if codes[middle] < wanted:
                    low = middle + 1
                else:
                    high = middle
            return low if low < len(codes) and codes[low] == wanted else -1
        """,
    "tests/test_prices.py": """
        import pytest

        from shop.prices import discounted, formatted, gross, tax


        @pytest.mark.parametrize("net, kind, due", [
            (100, "standard", 19), (100, "reduced", 7), (99, "none", 0), (50, "reduced", 4), (3, "standard", 1),
        ])
        def test_tax(net, kind, due):
            assert tax(net, kind) == due


        def test_unknown_rate():
            with pytest.raises(ValueError):
                tax(1, "luxury")


        def test_gross():
            assert gross(200) == 238
            assert gross(200, "reduced") == 214


        @pytest.mark.parametrize("percent, left", [(0, 200), (50, 100), (100, 0), (33, 134)])
        def test_discounted(percent, left):
            assert discounted(200, percent) == left


        @pytest.mark.parametrize("percent", [-1, 101])
        def test_impossible_discounts(percent):
            with pytest.raises(ValueError):
                discounted(1, percent)


        def test_formatted():
            assert formatted(12345) == "123.45 €"
            assert formatted(-5) == "-0.05 €"
            assert formatted(100, "$") == "1.00 $"
        """,
    "tests/test_cart.py": """
        import pytest

        from shop.cart import Cart


        @pytest.fixture
        def cart():
            made = Cart()
            made.add("pen", 100, 3)
            made.add("book", 1500)
            return made


        def test_count(cart):
            assert cart.count() == 4


        def test_the_same_thing_is_one_line(cart):
            cart.add("pen", 100)
            assert cart.count() == 5
            assert len(cart.lines) == 2


        def test_another_price_is_another_line(cart):
            cart.add("pen", 200)
            assert len(cart.lines) == 3


        def test_none_cannot_be_added(cart):
            with pytest.raises(ValueError):
                cart.add("pen", 100, 0)


        def test_remove(cart):
            assert cart.remove("pen")
            assert not cart.remove("pen")
            assert cart.count() == 1


        def test_total(cart):
            assert cart.total() == 3 * 119 + 1785
            assert cart.total(10) == 2142 - 214


        def test_dearest(cart):
            assert cart.dearest() == "book"
            assert Cart().dearest() is None
        """,
    "tests/test_codes.py": """
        from shop.codes import check_sign, is_valid, search


        def test_check_sign():
            assert check_sign("A1") == "C"
            assert check_sign("00") == "0"
            assert check_sign("ZZ") == "X"


        def test_is_valid():
            assert is_valid("A1C")
            assert not is_valid("A1D")
            assert not is_valid("A")
            assert not is_valid("a1C")
            assert is_valid("00")


        def test_search():
            codes = ["A", "C", "E"]
            assert [search(codes, one) for one in "ACE"] == [0, 1, 2]
            assert [search(codes, one) for one in "BZ0"] == [-1, -1, -1]
            assert search([], "A") == -1
        """,
    "tests/test_slow.py": """
        import time


        def test_nothing_of_the_shop():
            time.sleep(0.01)


        def test_that_always_fails():
            assert False
        """,
    "conftest.py": """
        import pathlib
        import sys

        sys.path.insert(0, str(pathlib.Path(__file__).parent / "src"))
        """,
}


def lay_out(folder: Path) -> Path:
    """Writes the project into a folder, with an environment of its own that has pytest and ruff, and commits it."""
    for place, text in FILES.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
    environment(folder / ".venv")
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "shop"]):
        subprocess.run([*git, *command], cwd=folder, check=True, capture_output=True)
    return folder


def environment(place: Path) -> Path:
    """Makes an environment that has pytest without its plugins, and ruff. Returns its Python."""
    venv.create(place, symlinks=True, with_pip=False)
    source, target = Path(pytest.__file__).parents[1], Path(sysconfig.get_path("purelib", vars={"base": str(place)}))
    for name in ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments"):
        shutil.copytree(source / name, target / name)
    shutil.copy2(source / "py.py", target / "py.py")
    (place / "bin" / "ruff").symlink_to(Path(sys.prefix) / "bin" / "ruff")
    return place / "bin" / "python"
