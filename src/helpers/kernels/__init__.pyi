from ._provisioner import (
    QuickKernelManager as QuickKernelManager,
    WarmProvisioner as WarmProvisioner,
)
from ._server import (
    ADDRESS as ADDRESS,
    FORKS as FORKS,
    KernelServer as KernelServer,
    end_sooner as end_sooner,
    list_children as list_children,
    warm_kernels as warm_kernels,
)
