"""Command that makes the sample inbox and its truth: `python samples/generate.py [--out FOLDER] [--seed N]`.

Writes FOLDER/inbox/, FOLDER/registers/ and FOLDER/truth.json; FOLDER is by default the folder of this file.
The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Parse the command line, build everything, say what was built."""
    # Run as a script, Python knows this folder only; the modules are imported as the package `samples`.
    sys.path.insert(0, str(HERE.parent))
    from samples.inbox import build_inbox
    from samples.truth import write_registers, write_truth

    parser = argparse.ArgumentParser(description="生成样例收件箱与标准答案")
    parser.add_argument("--out", type=Path, default=HERE, help="输出文件夹（其下写入 inbox/、registers/ 与 truth.json）")
    parser.add_argument("--seed", type=int, default=2024, help="随机种子")
    options = parser.parse_args()
    inbox = build_inbox(options.out / "inbox", options.seed)
    write_registers(options.out / "registers")
    write_truth(options.out / "truth.json", inbox)
    size = sum(path.stat().st_size for path in inbox.folder.rglob("*") if path.is_file())
    pages = sum(record.pages or 0 for record in inbox.files)
    print(f"{len(inbox.files)} 个文件（含压缩包与邮件内），{pages} 页，{len(inbox.documents)} 份材料，共 {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
