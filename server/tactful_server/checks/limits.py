"""What a sandboxed run may use."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. Whoever crosses one is ended, and the run says which it was."""

    wall_s: float = 60.0
    """Seconds from start to end, without those for which the machine had no processor for it."""
    cpu_s: int = 30
    """Seconds of processor time of each process."""
    memory_bytes: int = 2_000_000_000
    """Of all processes together, as the kernel counts what is resident and not shared; looked at while it runs."""
    address_bytes: int = 4_000_000_000
    """Of each process's address space: what the kernel itself refuses."""
    processes: int = 64
    """Processes and threads at a time."""
    file_bytes: int = 64_000_000
    """Of one file."""
    spare_bytes: int = 64_000_000
    """Room for new files in the copy of the project, and as much again in `/tmp`; both are kept in memory."""
    open_files: int = 256
    """Of each process."""
    output_bytes: int = 200_000
    """Of standard output and standard error together."""
    told_bytes: int = 2_000_000
    """Of what the program in the sandbox reports through its pipe."""
