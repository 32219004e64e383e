"""What tests of accounts share: unified social credit codes that hold, and passwords."""

import pytest


@pytest.fixture
def credit_code():
    """Return a function that makes a unified social credit code with the right check digit from a number."""
    from stdnum.cn import uscc

    def make(number: int = 1) -> str:
        body = f"91330108{number:09d}"
        return body + uscc.calc_check_digit(body)

    return make
