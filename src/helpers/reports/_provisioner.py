from helpers.kernels import WarmProvisioner
from helpers.reports._startup import PRELOAD


class DossierProvisioner(WarmProvisioner):
    """jupyter_client's provisioner `dossier-warm`, for plain papermill and other users of it."""

    preload = PRELOAD
