"""What an official client answers to CHL: it proves that it knows its product's key."""

import hashlib
import struct

OLD_PRODUCT = ("PROD0038W!61ZTF9", "VT6PX?UQTM4WM%YR")  # MSNP6 to 10
NEW_PRODUCT = ("PROD0090YUAUV{2B", "YMM8C_H7KCQ2S_KL")  # MSNP11 and later
LIVE_PRODUCT = ("PROD0119GSJUC$18", "ILTXC!4IXB5FB*PX")  # MSNP15, also where messages are left for others
MODULUS = 0x7FFFFFFF
FACTOR = 0x0E79A9C1


def answer_challenge(dialect: int, challenge: str) -> tuple[str, str]:
    """Product id and payload for QRY."""
    product, key = LIVE_PRODUCT if dialect >= 15 else NEW_PRODUCT if dialect >= 11 else OLD_PRODUCT
    digest = hashlib.md5((challenge + key).encode())
    return product, digest.hexdigest() if dialect < 11 else _mixed(digest.digest(), challenge + product)


def _mixed(digest: bytes, text: str) -> str:
    words = struct.unpack("<4I", digest)
    first, second, third, fourth = (word & MODULUS for word in words)
    padded = (text + "0" * (8 - len(text) % 8)).encode()
    numbers = struct.unpack(f"<{len(padded) // 4}I", padded)
    high = low = 0
    for even, odd in zip(numbers[::2], numbers[1::2]):
        mixed = ((even * FACTOR % MODULUS + high) * first + second) % MODULUS
        high = ((odd + mixed) % MODULUS * third + fourth) % MODULUS
        low += high + mixed
    high = (high + second) % MODULUS
    low = (low + fourth) % MODULUS
    return struct.pack("<4I", *(word ^ mask for word, mask in zip(words, (high, low, high, low)))).hex()
