"""golden.py record|check GOLDEN FOLDER NAMES...: model files against what they were when the second storey began.

The golden file has for each training the SHA-256 of the tensors' bytes, of the whole file, and the whole header. `check` demands the same
tensors, bit for bit, in the same order and shapes, and every metadata key of then with its value; keys may have joined.
This proves that nothing moved, not that it is right: for that there are the other witnesses."""
import hashlib
import json
import sys


def look(path):
    whole = open(path, "rb").read()
    size = int.from_bytes(whole[:8], "little")
    header = json.loads(whole[8:8 + size])
    return {"weights": hashlib.sha256(whole[8 + size:]).hexdigest(), "file": hashlib.sha256(whole).hexdigest(),
            "metadata": header.pop("__metadata__", {}), "tensors": [[k, v["dtype"], v["shape"]] for k, v in header.items()]}


def differences(then, now):
    for key in ("weights", "tensors"):
        if then[key] != now[key]:
            yield f"{key}: {now[key]} instead of {then[key]}"
    for key, value in then["metadata"].items():
        if now["metadata"].get(key) != value:
            yield f"metadata {key}: {now['metadata'].get(key)!r} instead of {value!r}"


action, golden, folder, names = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
now = {name: look(f"{folder}/{name}.safetensors") for name in names}
if action == "record":
    json.dump(now, open(golden, "w"), indent=1, sort_keys=True)
    sys.exit()
then = json.load(open(golden))
bad = 0
same_files = 0
for name in names:
    wrong = list(differences(then[name], now[name])) if name in then else ["it is not in the golden file"]
    same = name in then and then[name]["file"] == now[name]["file"]
    same_files += same
    if not same and not wrong and set(now[name]["metadata"]) == set(then[name]["metadata"]):
        wrong = ["the file has other bytes, though no key has joined"]
    bad += bool(wrong)
    print(f"not ok {name}: {'; '.join(wrong)}" if wrong else f"ok {name}")
print(f"# {len(names)} trainings, {same_files} files the same byte for byte")
sys.exit(bad > 0)
