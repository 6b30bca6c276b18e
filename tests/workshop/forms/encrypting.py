"""A phone that encrypts, for the tests: written from the specification, independently of the code that decrypts.

https://getodk.github.io/xforms-spec/encryption: RSA with OAEP (SHA-256) for the key, AES in CFB for the files.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from functools import partial
from hashlib import md5 as plain_md5

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

md5 = partial(plain_md5, usedforsecurity=False)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class EncryptingPhone:
    """Encrypts one filled form: `parcel` gives the outer document and the files beside it."""

    instance_id: str
    form_id: str = "site_visit"
    version: str | None = "1"
    secret: bytes = bytes(range(32))
    mask: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)
    key: rsa.RSAPrivateKey = KEY
    signed: bool = True

    def parcel(self, xml: bytes, media: dict[str, bytes]) -> tuple[bytes, dict[str, bytes]]:
        """Give the outer document, and every file encrypted, by its name with `.enc`."""
        seed = list(md5(self.instance_id.encode() + self.secret).digest())
        beside, said = {}, []
        for number, (name, content) in enumerate([*media.items(), ("submission.xml", xml)]):
            seed[number % 16] = (seed[number % 16] + 1) & 0xFF
            beside[f"{name}.enc"] = self._encrypted(content, bytes(seed))
            said.append(f"{name}::{md5(content).hexdigest()}\n")
        sealed = self._sealed(self.secret)
        head = [self.form_id, *([] if self.version is None else [self.version]), sealed]
        text = "".join(f"{line}\n" for line in [*head, self.instance_id]) + "".join(said)
        return self._document(sealed, list(media), md5(text.encode()).digest()), beside

    def _encrypted(self, content: bytes, start: bytes) -> bytes:
        short = 16 - len(content) % 16
        writing = Cipher(algorithms.AES(self.secret), CFB(start)).encryptor()
        return writing.update(content + bytes([short]) * short) + writing.finalize()

    def _sealed(self, content: bytes) -> str:
        way = padding.OAEP(padding.MGF1(self.mask), hashes.SHA256(), None)
        return b64encode(self.key.public_key().encrypt(content, way)).decode()

    def _document(self, sealed: str, media: list[str], digest: bytes) -> bytes:
        version = "" if self.version is None else f' version="{self.version}"'
        signature = (
            f"<base64EncryptedElementSignature>{self._sealed(digest)}</base64EncryptedElementSignature>"
            if self.signed
            else ""
        )
        files = "".join(f"<media><file>{name}.enc</file></media>" for name in media)
        return (
            f'<data id="{self.form_id}"{version} encrypted="yes"'
            ' xmlns="http://www.opendatakit.org/xforms/encrypted">'
            f"<base64EncryptedKey>{sealed}</base64EncryptedKey>"
            '<orx:meta xmlns:orx="http://openrosa.org/xforms">'
            f"<orx:instanceID>{self.instance_id}</orx:instanceID></orx:meta>{files}"
            f"<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>{signature}</data>"
        ).encode()
