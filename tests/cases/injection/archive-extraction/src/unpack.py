import os
import tarfile
import zipfile


def unpack(path, folder):
    with tarfile.open(path, "r:gz") as archive:
        archive.extractall(folder)  # expect: injection/archive-extraction


def unpack_safely(path, folder):
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")


def unpack_zip(path, folder):
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)


def unpack_checked(path, folder):
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            target = os.path.realpath(os.path.join(folder, entry.filename))
            if not target.startswith(folder + os.sep):
                raise ValueError(entry.filename)
            with open(target, "wb") as file:
                file.write(archive.read(entry))


def unpack_flat(path, folder):
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            with open(os.path.join(folder, os.path.basename(entry.filename)), "wb") as file:
                file.write(archive.read(entry))
