"""A Dask cluster as workers: reached, counted, and given up when nobody is there any more."""

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kidswear_brain.errors import RunError, WorkerError

if TYPE_CHECKING:
    from distributed import Client, Security

T = TypeVar("T")
R = TypeVar("R")

PATIENCE_SECONDS = 30
"""How long a cluster may be without an answer or without any worker."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Dask scheduler, and the files with which TLS wants to be spoken to."""

    address: str
    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class DaskCrew:
    """The workers of a cluster."""

    client: "Client"
    executor: Any

    def submit(self, function: Callable[[T], R], task: T) -> Future[R]:
        """Give a task to whoever is free next."""
        future: Future[R] = self.executor.submit(function, task)
        return future

    def size(self) -> int:
        """Count the threads that work; where there are none, wait a little for some.

        Raises
        ------
        WorkerError
            If there is no worker, or no scheduler any more.
        """
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
            return sum(self.client.nthreads().values())
        except (OSError, TimeoutError) as error:
            raise WorkerError("the Dask cluster has lost its scheduler or all workers") from error


@contextmanager
def dask_crew(cluster: Cluster) -> Iterator[DaskCrew]:
    """Reach a cluster.

    Dask itself gives the task of a worker that dies to another one.

    Raises
    ------
    RunError
        If Dask is not installed, the TLS files cannot be used, or nobody answers at the address.
    WorkerError
        If meanwhile the scheduler goes, or one task has ended several workers.
    """
    try:
        from distributed import Client, KilledWorker
        from distributed.cfexecutor import ClientExecutor
    except ImportError as error:
        raise RunError(
            "--cluster: Dask is not installed; pip install 'kidswear-brain[cluster]'"
        ) from error
    security = _security(cluster)
    try:
        client = Client(
            cluster.address, timeout=PATIENCE_SECONDS, security=security, set_as_default=False
        )
    except (OSError, ValueError, TimeoutError) as error:
        trust = " with whom these TLS files agree" if security else ""
        raise RunError(f"--cluster: nobody{trust} answers at {cluster.address}: {error}") from error
    with client:
        try:
            yield DaskCrew(client, ClientExecutor(client, pure=False))
        except CancelledError as error:
            raise WorkerError("the scheduler of the Dask cluster is gone") from error
        except KilledWorker as error:
            raise WorkerError(
                f"workers of the Dask cluster ended again and again: {error}"
            ) from error


def _security(cluster: Cluster) -> "Security | None":
    """Pass the TLS files on; without any, Dask's own settings count. None where TLS is not spoken.

    Raises
    ------
    RunError
        If the files cannot be used, are missing, or stand beside an address without TLS.
    """
    files = {
        "tls_ca_file": cluster.ca_file,
        "tls_client_cert": cluster.certificate,
        "tls_client_key": cluster.key,
    }
    given = {name: str(file) for name, file in files.items() if file is not None}
    if not cluster.address.startswith("tls://"):
        if given:
            raise RunError(
                f"--tls-ca, --tls-cert, --tls-key: found with {cluster.address}, allowed with a "
                "tls:// address"
            )
        return None
    from distributed import Security

    try:
        security = Security(require_encryption=True, **given)
        usable = security.get_connection_args("client").get("ssl_context") is not None
    except OSError as error:  # of which an SSLError is one
        raise RunError(
            f"--tls-ca, --tls-cert, --tls-key: cannot be used: {error}; allowed are PEM files, the "
            "key that of the certificate"
        ) from error
    if not usable:
        raise RunError(
            "--cluster: a tls:// address needs --tls-ca, --tls-cert and --tls-key, or Dask's own "
            "settings for them"
        )
    return security
