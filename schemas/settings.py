"""Settings: safe defaults, overridden by environment variables `GONGJIANG_…` or a `.env` file (pydantic-settings).

Read once by `flows` and handed down; no other package looks at the environment.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_ROOT = Path(__file__).resolve().parent.parent


class Limits(BaseSettings):
    """What one file may cost before it is rejected (`GONGJIANG_LIMIT_…`)."""

    model_config = SettingsConfigDict(env_prefix="GONGJIANG_LIMIT_", frozen=True)

    file_bytes: int = Field(default=200 * 2**20, description="size of one file")
    pages: int = Field(default=500, description="pages of one file")
    pixels: int = Field(default=60_000_000, description="pixels of one page image")
    members: int = Field(default=2_000, description="members of one archive or e-mail")
    depth: int = Field(default=4, description="archives within archives")
    expanded_bytes: int = Field(default=1_000 * 2**20, description="expanded size of one archive, a docx included")
    stream_bytes: int = Field(default=128 * 2**20, description="expanded size of one stream of a PDF, pictures apart: text, drawing, fonts")
    expansion_ratio: int = Field(default=200, description="expanded size over packed size, for members above 1 MiB")
    seconds: float = Field(default=60.0, description="to open a file and learn what it is; also the base of a page chunk's time")
    seconds_per_page: float = Field(default=60.0, description="added for each page that is read by OCR")
    memory_bytes: int = Field(
        default=1_900 * 10**6, description="physical memory of a reading worker and all that it starts; twice as much address space"
    )
    processes: int = Field(default=24, description="programs that reading one file may have running at once")


class Notification(BaseSettings):
    """Who is told of rejected files and new findings (`GONGJIANG_NOTIFY_…`); without an address nobody is."""

    model_config = SettingsConfigDict(env_prefix="GONGJIANG_NOTIFY_", frozen=True)

    email_to: str = Field(default="", description="addresses, separated by commas")
    email_from: str = Field(default="", description="sender; without it the SMTP user")
    smtp_host: str = ""
    smtp_port: int = Field(default=465, ge=1, le=65535)
    smtp_security: Literal["tls", "starttls", "none"] = "tls"
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    wecom_url: SecretStr | None = Field(default=None, description="address of a WeCom group robot; it holds the robot's key")
    dingtalk_url: SecretStr | None = Field(default=None, description="address of a DingTalk group robot; it holds the robot's key")
    dingtalk_secret: SecretStr | None = Field(default=None, description="the robot's signing secret (SEC…)")
    interval_seconds: float = Field(
        default=300.0, ge=0, description="at most one message in this time; what comes meanwhile is put together"
    )
    attempts: int = Field(default=3, ge=1, le=10)
    retry_seconds: float = Field(default=5.0, ge=0, description="before the second attempt; doubled before each further one")
    timeout_seconds: float = Field(default=15.0, gt=0, description="for one server to answer")

    @property
    def wanted(self) -> bool:
        """Whether anybody is to be told."""
        return bool((self.email_to and self.smtp_host) or self.wecom_url or self.dingtalk_url)


class Settings(BaseSettings):
    """Where things lie and how much of the machine to use (`GONGJIANG_…`)."""

    model_config = SettingsConfigDict(env_prefix="GONGJIANG_", frozen=True, extra="ignore")

    warehouse: Path = Field(default=Path("gongjiang.duckdb"), description="the DuckDB file")
    edition: str = Field(default="2024", description="which editions/<name>.yaml governs, or the path of such a file")
    editions_dir: Path = _ROOT / "editions"
    rulebook_dir: Path = _ROOT / "rulebook"
    calibration: Path | None = Field(default=None, description="another calibration than the rulebook's calibration.json")
    registers_dir: Path | None = Field(default=None, description="folder with prior-titles, bans and units, each .csv or .xlsx")
    ocr_models_dir: Path | None = Field(
        default=None, description="another model directory (text_detection/, text_recognition/), e.g. PP-OCRv6 medium"
    )
    archive_dir: Path | None = Field(default=None, description="folder of the originals; default: beside the warehouse, with its name")
    cache_dir: Path = Field(default=Path.home() / ".cache" / "gongjiang", description="prepared model directories")
    workers: int = Field(default=2, ge=1, description="reading processes")
    settle_seconds: float = Field(default=2.0, gt=0, description="watch: a file is whole when unchanged for so long")
    rescan_seconds: float = Field(default=30.0, gt=0, description="watch: look at the whole folder again at this interval")
    watch_polling: bool = Field(
        default=False, description="watch: look at the folder every settle_seconds; for shares that send no notices"
    )
    batch_files: int = Field(default=200, ge=1, description="watch: at most so many files in one run")
    status_page: Path | None = Field(default=None, description="watch: the page for the desk; without it 状态.html beside the folder")
    stop_seconds: float = Field(default=60.0, ge=0, description="watch: how long a batch may go on after a service manager's stop signal")
    ui_port: int = Field(default=4200, ge=1, le=65535, description="serve --ui: port of Prefect's pages on the loopback address")
    backup_dir: Path | None = Field(default=None, description="where backups go; without it beside the warehouse, in <its name>-backups")
    backup_keep: int = Field(default=14, ge=1, description="backups that stay; older ones go when a new one is finished")
    backup_hours: float = Field(
        default=24.0, ge=0, description="watch and serve make a backup at this interval if anything changed; 0: never"
    )
    snapshot: Path | None = Field(default=None, description="the published copy for readers; default: review.duckdb beside the warehouse")
    snapshot_seconds: float = Field(default=2.0, ge=0, le=8, description="while files load, look so often whether to publish; 0: never")
    quack_port: int = Field(default=9494, ge=1, le=65534, description="serve --quack: port on the loopback address; analysts: the next one")
    users_file: Path | None = Field(default=None, description="who may sign in to the review page; default: beside the warehouse")
    review_host: str = Field(default="127.0.0.1", description="review page: address; another than the loopback one needs a certificate")
    review_port: int = Field(default=8765, ge=1, le=65535, description="review page: port")
    review_names: str = Field(default="", description="review page: further names it may be asked for under, separated by commas")
    review_certificate: Path | None = Field(default=None, description="review page: certificate chain (PEM)")
    review_key: Path | None = Field(default=None, description="review page: the certificate's private key (PEM)")
    review_proxy_header: str = Field(default="", description="review page: header in which a proxy on this machine names who is signed in")
    limits: Limits = Field(default_factory=Limits)
    notification: Notification = Field(default_factory=Notification)

    @property
    def originals_dir(self) -> Path:
        """The folder of the originals."""
        return self.archive_dir or self.warehouse.parent / f"{self.warehouse.stem}.originals"

    @property
    def snapshot_file(self) -> Path:
        """The published copy of the warehouse that readers open while files are loaded."""
        return self.snapshot or self.warehouse.with_name("review.duckdb")

    @property
    def users(self) -> Path:
        """The users file."""
        return self.users_file or self.warehouse.with_name(f"{self.warehouse.name}.users.json")

    @property
    def pages_dir(self) -> Path:
        """The folder of the pages' pictures."""
        return self.warehouse.parent / f"{self.warehouse.stem}.pages"

    @property
    def work_dir(self) -> Path:
        """The only place that a reading worker may write below."""
        return self.cache_dir / "work"

    @property
    def edition_file(self) -> Path:
        """The file of the edition that governs."""
        return Path(self.edition) if self.edition.endswith((".yaml", ".yml")) else self.editions_dir / f"{self.edition}.yaml"
