"""Hashes of a component: those alone that are known to be of its file."""

from knative_lambda.domain.component import hashes_of_one_file


def test_one_hash_of_each_algorithm_is_told_in_one_order() -> None:
    told = (("SHA-1", "aa"), ("SHA-512", "bb"))

    assert hashes_of_one_file(told) == hashes_of_one_file(reversed(told)) == told


def test_two_files_of_which_either_may_be_there_have_no_hash() -> None:
    assert hashes_of_one_file([("SHA-1", "aa"), ("SHA-256", "bb"), ("SHA-256", "cc")]) == (
        ("SHA-1", "aa"),
    )


def test_the_same_hash_twice_is_one() -> None:
    assert hashes_of_one_file([("SHA-1", "aa"), ("SHA-1", "aa")]) == (("SHA-1", "aa"),)
