"""Where a handler may stand in a tenant's tree, and what it may import from there."""

from pathlib import Path

import pytest
from support.functions import LANGUAGES, binary_event, serving

GO = """
package {0}
import "context"
{1}
func Handle(context.Context, any) (any, error) {{ return {2}, nil }}
"""
LAYOUTS = {
    "nodejs": [
        ({"lib/deep/entry.js": "exports.main = () => 'found';"}, "lib/deep/entry.main"),
        ({"entry.mjs": "export const main = async () => 'found';"}, "entry.main"),
        ({"entry.mjs": "export default { main: () => 'found' };"}, "entry.main"),
        ({"dist/entry.cjs": "exports.main = () => 'found';"}, "dist/entry.main"),
    ],
    "python": [
        (
            {
                "lib/deep/entry.py": "from lib.deep.other import WORD\ndef main(e, c): return WORD",
                "lib/deep/other.py": "WORD = 'found'",
            },
            "lib/deep/entry.main",
        ),
        ({"main.py": "async def main(event, context): return 'found'"}, "main.main"),
        (
            {
                "entry.py": "import vendored\ndef main(e, c): return vendored.WORD",
                "../dependencies/vendored.py": "WORD = 'found'",
            },
            "entry.main",
        ),
        ({"entry.py": "async def go(e): return 'found'\nmain = lambda e, c: go(e)"}, "entry.main"),
    ],
    "go": [
        (
            {
                "function.go": GO.format("function", 'import "function/lib/deep"', "deep.Word"),
                "lib/deep/deep.go": 'package deep\nconst Word = "found"\n',
            },
            "function.Handle",
        ),
        ({"any.go": GO.format("parser", "", '"found"')}, "function.Handle"),
        (
            {
                "entry.go": GO.format("function", "", "word"),
                "words.go": 'package function\nconst word = "found"\n',
                "words_test.go": 'package function\nconst word = "of a test"\n',
            },
            "function.Handle",
        ),
        (
            {"go.mod": "module function\n\ngo 1.27\n", "f.go": GO.format("f", "", '"found"')},
            "function.Handle",
        ),
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", range(4))
async def test_a_handler_is_found_where_its_name_says(
    tmp_path: Path, language: str, layout: int
) -> None:
    files, handler = LAYOUTS[language][layout]
    with serving(tmp_path, language, files, handler=handler) as function:
        assert (await function.send("1", binary_event())).body == b"found"
