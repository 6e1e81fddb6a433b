"""Command that makes dossiers with their truth: `python samples/generate.py [--out FOLDER] [--seed N] [--count N] [--profile NAME]`.

Without count and profile it makes the shipped sample inbox, a scripted scenario; with them a corpus of invented people drawn at random.
Writes FOLDER/inbox/, FOLDER/registers/ and FOLDER/truth.json; FOLDER is by default the folder of this file for the sample inbox.
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
    from samples.population.corpus import profiles

    parser = argparse.ArgumentParser(description="生成样例收件箱与标准答案")
    parser.add_argument("--out", type=Path, help="输出文件夹（其下写入 inbox/、registers/ 与 truth.json）；随机生成材料时必须指定")
    parser.add_argument("--seed", type=int, default=2024, help="随机种子")
    parser.add_argument("--count", type=int, help="申报人数；不写则生成随程序附带的样例收件箱")
    parser.add_argument("--profile", choices=profiles(), help="材料类型；不写则为 mixed")
    options = parser.parse_args()
    if options.count is None and options.profile is None:
        return _sample_inbox(options.out or HERE, options.seed)
    if options.out is None:
        parser.error("随机生成材料时须用 --out 指定输出文件夹")
    if options.count is not None and options.count < 1:
        parser.error("--count 须为正整数")
    return _corpus(options.out, options.profile or "mixed", options.count or 10, options.seed)


def _corpus(out: Path, profile: str, count: int, seed: int) -> int:
    from samples.population.corpus import build_corpus

    truth = build_corpus(out, profile, count, seed)
    size = sum(path.stat().st_size for path in (out / "inbox").rglob("*") if path.is_file())
    counts = f"{len(truth['applicants'])} 人，{len(truth['files'])} 个文件，{len(truth['pages'])} 页图像，{len(truth['documents'])} 份材料"
    print(f"{counts}，共 {size / 1e6:.1f} MB")
    return 0


def _sample_inbox(out: Path, seed: int) -> int:
    from samples.inbox import build_inbox
    from samples.truth import write_registers, write_truth

    inbox = build_inbox(out / "inbox", seed)
    write_registers(out / "registers")
    write_truth(out / "truth.json", inbox)
    size = sum(path.stat().st_size for path in inbox.folder.rglob("*") if path.is_file())
    pages = sum(record.pages or 0 for record in inbox.files)
    print(f"{len(inbox.files)} 个文件（含压缩包与邮件内），{pages} 页，{len(inbox.documents)} 份材料，共 {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
