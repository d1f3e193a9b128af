"""Standard errors of a sample that is made here, worked out by numpy and compared with what the built program publishes.

usage: estimates.py PROGRAM

It is not called statistics.py, because that is a module of Python's own.
"""

import csv
import io
import json
import pathlib
import shutil
import sys
import tempfile

import numpy
import requests

from trial import Baraza, equal, eventually, run, test

PROGRAM = sys.argv[1]
WORK = pathlib.Path(tempfile.mkdtemp(prefix="baraza-estimates-"))
PLACES = "kode,nama\n35,Province\n35.22,Regency\n35.22.01,West\n35.22.02,East\n35.22.01.2001,A\n35.22.01.2002,B\n35.22.02.2001,C\n"
VILLAGES = ["35.22.01.2001", "35.22.01.2002", "35.22.02.2001"]
# Clusters drawn of each stratum, and how many it has; of the last, one alone was drawn.
STRATA = {"north": (4, 40), "east": (6, 30), "south": (3, 3), "west": (5, 500), "island": (1, 6)}
GROUPS = ["common", "rare"]
# Groups of signs that agree with each other as often as not: which half of each stratum a replicate takes.
HADAMARD = numpy.array([[1]])
for _ in range(3):
    HADAMARD = numpy.block([[HADAMARD, HADAMARD], [HADAMARD, -HADAMARD]])
FAY = 0.3


class Sample:
    """Households of a stratified sample of clusters, with the weights of six kinds of replicates."""

    def __init__(self, seed):
        dice = numpy.random.default_rng(seed)
        self.strata = list(STRATA)
        self.stratum_of = numpy.repeat(numpy.arange(len(STRATA)), [drawn for drawn, _ in STRATA.values()])
        n = 480
        self.cluster = dice.integers(0, len(self.stratum_of), n)
        # Every cluster has somebody.
        self.cluster[: len(self.stratum_of)] = numpy.arange(len(self.stratum_of))
        self.stratum = self.stratum_of[self.cluster]
        self.village = dice.integers(0, len(VILLAGES), n)
        # The rare ones live in three clusters: the others hold nobody of them.
        self.group = numpy.where(numpy.isin(self.cluster, [1, 5, 14]) & (dice.random(n) < 0.7), 1, 0)
        self.spent = numpy.round(dice.lognormal(3, 0.6, n) + 4 * self.stratum, 3)
        self.size = dice.integers(1, 9, n)
        self.has_water = (dice.random(n) < 0.3 + 0.1 * self.stratum).astype(int)
        self.weight = numpy.round(dice.uniform(2, 60, n), 4)
        self.replicates = self.replicate_weights(dice)

    def replicate_weights(self, dice):
        """By method: what each cluster's weight is multiplied with, one row a replicate; the scales of the jackknife within strata."""
        n = len(self.stratum_of)
        drawn = numpy.array([drawn for drawn, _ in STRATA.values()])
        one_out = (1 - numpy.eye(n)) * n / (n - 1)
        several = [at for at in range(n) if drawn[self.stratum_of[at]] > 1]
        within = numpy.ones((len(several), n))
        for row, out in enumerate(several):
            of = drawn[self.stratum_of[out]]
            within[row, self.stratum_of == self.stratum_of[out]] = of / (of - 1)
            within[row, out] = 0
        self.scales = [float((drawn[self.stratum_of[at]] - 1) / drawn[self.stratum_of[at]]) for at in several]
        side = numpy.where(numpy.arange(n) % 2 == 0, 1, -1)
        signs = HADAMARD[:, 1 : len(STRATA) + 1][:, self.stratum_of] * side
        drawn_again = dice.multinomial(n, [1 / n] * n, size=12)
        return {"jk1": one_out, "jkn": within, "brr": 1 + signs, "fay": 1 + signs * (1 - FAY), "bootstrap": drawn_again.astype(float)}

    def rows(self):
        """The sample as a CSV; weights are written with every digit they have."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        names = [f"{method}_{at + 1}" for method, factors in self.replicates.items() for at in range(len(factors))]
        table.writerow(["village", "category", "stratum", "psu", "drawn_of", "spent", "size", "water", "w", *names])
        for at in range(len(self.cluster)):
            stratum = self.strata[self.stratum[at]]
            weights = [repr(float(self.weight[at] * factors[self.cluster[at]])) for of in self.replicates.values() for factors in of]
            table.writerow([
                VILLAGES[self.village[at]], GROUPS[self.group[at]], stratum, f"c{self.cluster[at]}", STRATA[stratum][1],
                repr(float(self.spent[at])), int(self.size[at]), "yes" if self.has_water[at] else "no", repr(float(self.weight[at])), *weights,
            ])
        return text.getvalue()


# What is measured: y and x of each household, how it is written in a definition, and whether x is asked for.
MEASURES = {
    "mean": ('measure = "mean"\nnumerator = "spent"\nunit = "number"\n', lambda s: s.spent, lambda s: numpy.ones(len(s.spent))),
    "share": ("numerator = \"water = 'yes'\"\nunit = \"number\"\n", lambda s: s.has_water.astype(float), lambda s: numpy.ones(len(s.spent))),
    "ratio": ('measure = "ratio"\nnumerator = "spent"\ndenominator = "size"\nunit = "number"\n', lambda s: s.spent, lambda s: s.size.astype(float)),
    "total": ('measure = "total"\nnumerator = "spent"\nunit = "number"\n', lambda s: s.spent, None),
}


def definition(code, table, parts):
    codes = ", ".join(f'{{ code = "{group}", title = {{ en = "{group}" }} }}' for group in GROUPS)
    return (
        f'code = "{code}"\ntitle = {{ en = "{code}" }}\ncounted = {{ en = "households" }}\ntables = {{ t = "{table}" }}\nfrom = "t"\n'
        f'{parts}weight = "w"\nplace = "village"\ndirection = "up"\nleast = 0\nby = [["category"]]\n'
        f'[[dimension]]\nname = "category"\ntitle = {{ en = "Category" }}\nexpression = "category"\ncodes = [{codes}]\n'
    )


DESIGN = 'design = { cluster = "psu", strata = "stratum", population = "drawn_of" }\n'


def replicates(method, sample, more=""):
    said = {"jkn": f", scales = {sample.scales}", "fay": f", fay = {FAY}"}.get(method, "")
    return f'replicates = {{ columns = "{method}_{{1..{len(sample.replicates[method])}}}", method = "{method}"{said}{more} }}\n'


class World:
    """A server with the sample, and every measure of it by every way to know how sure it is."""

    def __init__(self):
        self.sample = Sample(20261123)
        self.baraza = Baraza(PROGRAM, WORK / "data")
        for name, text in (("places.csv", PLACES), ("survey.csv", self.sample.rows())):
            (WORK / name).write_text(text)
        self.baraza.run("place", "import", str(WORK / "places.csv"))
        imported = json.loads(self.baraza.run("dataset", "import", str(WORK / "survey.csv"), "--slug", "survey", "--title", "Survey", "--open", "--json"))
        equal((imported["n_rows"], imported["n_bad"]), (len(self.sample.cluster), 0), "rows read")
        self.url = self.baraza.serve()
        dataset = requests.get(f"{self.url}/api/3/action/package_show", params={"id": "survey"}, timeout=30).json()["result"]
        table = f"data/{dataset['id']}/{imported['resource']}"
        ways = {"plain": "", "design": DESIGN}
        ways |= {method: replicates(method, self.sample) for method in self.sample.replicates}
        ways["around"] = replicates("bootstrap", self.sample, ', centre = "estimate", degrees_of_freedom = 7')
        definitions = WORK / "definitions"
        definitions.mkdir()
        for way, parts in ways.items():
            for measure, (text, _, _) in MEASURES.items():
                code = f"{measure}-{way}"
                (definitions / f"{code}.toml").write_text(definition(code, table, text + parts))
        self.baraza.run("indicator", "load", str(definitions))
        self.baraza.run("indicator", "compute")
        self.found = {}

    def figures(self, code):
        """What is public of an indicator: (place, category) → row of the file; the category is empty for everybody together."""
        if code not in self.found:
            rows = {}
            for place in ["35.22", "35.22.01", "35.22.02", *VILLAGES]:
                ask = lambda: requests.get(f"{self.url}/indicators/{code}.csv", params={"place": place, "by": "category"}, timeout=60)
                answer = eventually(f"numbers of {code}", lambda: (found := ask()).status_code == 200 and found)
                for row in csv.DictReader(io.StringIO(answer.text)):
                    rows[row["place"], row["codes"]] = row
            self.found[code] = rows
        return self.found[code]

    def domains(self):
        """Each place and category, and who belongs to it."""
        code_of = numpy.array(VILLAGES)[self.sample.village]
        for place in ["35.22", "35.22.01", "35.22.02", *VILLAGES]:
            is_there = numpy.char.startswith(code_of, place)
            yield (place, ""), is_there
            for at, group in enumerate(GROUPS):
                yield (place, group), is_there & (self.sample.group == at)


def close(found, wanted, what, within=1e-10):
    if abs(found - wanted) > within * abs(wanted):
        raise AssertionError(f"{what}: {found!r} instead of {wanted!r}")


def design_variance(sample, z):
    """Between the clusters of each stratum, the rest of the population left out; a stratum with one stands out from the mean of all."""
    sums = numpy.bincount(sample.cluster, weights=z, minlength=len(sample.stratum_of))
    variance = 0.0
    for at, (drawn, of) in enumerate(STRATA.values()):
        own = sums[sample.stratum_of == at]
        spread = (own[0] - sums.mean()) ** 2 if drawn == 1 else drawn * own.var(ddof=1)
        variance += (1 - drawn / of) * spread
    return variance


def estimate(y, x, w, is_in):
    """A ratio, or without x a total."""
    return (w * y * is_in).sum() / (1.0 if x is None else (w * x * is_in).sum())


def simple_variance(y, x, w, is_in, value):
    """Had the rows been drawn one by one and put back."""
    y, w = y[is_in], w[is_in]
    n = is_in.sum()
    if x is None:
        return numpy.average((y - numpy.average(y, weights=w)) ** 2, weights=w) / (n - 1) * w.sum() ** 2
    x = x[is_in]
    return numpy.average((y - value * x) ** 2, weights=w) / (n - 1) * (w.sum() / (w * x).sum()) ** 2


def compare(world, way, variance_of):
    """Every measure in every domain; `variance_of` gives the variance, or None where there is none."""
    sample, n_compared = world.sample, 0
    for measure, (_, y_of, x_of) in MEASURES.items():
        y, x = y_of(sample), None if x_of is None else x_of(sample)
        found = world.figures(f"{measure}-{way}")
        for domain, is_in in world.domains():
            what = f"{measure}-{way} of {domain}"
            if domain not in found:
                equal(is_in.sum(), 0, f"{what}: rows")
                continue
            row = found[domain]
            equal(int(row["n"]), int(is_in.sum()), f"{what}: n")
            value = estimate(y, x, sample.weight, is_in)
            close(float(row["value"]), value, f"{what}: value")
            variance = variance_of(y, x, is_in, value)
            if variance is None:
                equal(row["standard_error"], "", f"{what}: standard error")
                continue
            if measure == "share" and value in (0, 1):
                equal((float(row["standard_error"]), row["n_effective"]), (0.0, ""), f"{what}: nothing varies")
                continue
            close(float(row["standard_error"]), variance ** 0.5, f"{what}: standard error")
            if is_in.sum() < 2:
                continue
            simple = simple_variance(y, x, sample.weight, is_in, value)
            close(float(row["n_effective"]), is_in.sum() * simple / variance, f"{what}: effective n", within=1e-9)
            n_compared += 1
    equal(n_compared > 40, True, f"{n_compared} standard errors compared")
    print(f"        {n_compared} standard errors")


@test
def strata_clusters_and_finite_populations_give_the_standard_errors_of_numpy(world):
    sample = world.sample

    def variance_of(y, x, is_in, value):
        if x is None:
            return design_variance(sample, sample.weight * y * is_in)
        return design_variance(sample, sample.weight * (y - value * x) * is_in / (sample.weight * x * is_in).sum())

    compare(world, "design", variance_of)


def replicate_variance(world, method, is_around_estimate=False):
    sample = world.sample
    factors = sample.replicates[method]
    n = len(factors)
    constant = {"jk1": (n - 1) / n, "jkn": 1, "brr": 1 / n, "fay": 1 / (n * (1 - FAY) ** 2), "bootstrap": 1 / (n - 1)}[method]
    scales = numpy.array(sample.scales) if method == "jkn" else numpy.ones(n)

    def variance_of(y, x, is_in, value):
        with numpy.errstate(invalid="ignore", divide="ignore"):
            made = numpy.array([estimate(y, x, sample.weight * of[sample.cluster], is_in) for of in factors])
        if not numpy.isfinite(made).all():
            return None
        centre = value if is_around_estimate else made.mean()
        return constant * (scales * (made - centre) ** 2).sum()

    return variance_of


@test
def the_jackknife_gives_the_standard_errors_of_numpy(world):
    compare(world, "jk1", replicate_variance(world, "jk1"))


@test
def the_jackknife_within_strata_gives_the_standard_errors_of_numpy(world):
    compare(world, "jkn", replicate_variance(world, "jkn"))


@test
def balanced_repeated_replication_gives_the_standard_errors_of_numpy(world):
    compare(world, "brr", replicate_variance(world, "brr"))


@test
def fay_s_method_gives_the_standard_errors_of_numpy(world):
    compare(world, "fay", replicate_variance(world, "fay"))


@test
def the_bootstrap_gives_the_standard_errors_of_numpy_around_their_mean_and_around_the_estimate(world):
    compare(world, "bootstrap", replicate_variance(world, "bootstrap"))
    compare(world, "around", replicate_variance(world, "bootstrap", is_around_estimate=True))


@test
def weights_alone_give_kish_s_effective_n_and_its_standard_errors(world):
    sample = world.sample
    n_compared = 0
    for measure in ("mean", "share", "ratio"):
        _, y_of, x_of = MEASURES[measure]
        y, x = y_of(sample), x_of(sample)
        found = world.figures(f"{measure}-plain")
        for domain, is_in in world.domains():
            if domain not in found or is_in.sum() < 2:
                continue
            row, w = found[domain], sample.weight[is_in]
            effective = w.sum() ** 2 / (w ** 2).sum()
            close(float(row["n_effective"]), effective, f"{measure} of {domain}: effective n")
            value = estimate(y, x, sample.weight, is_in)
            if measure == "share":
                variance = value * (1 - value) / effective
            else:
                variance = simple_variance(y, x, sample.weight, is_in, value) * is_in.sum() / effective
            close(float(row["standard_error"]), variance ** 0.5, f"{measure} of {domain}: standard error")
            n_compared += 1
    equal(n_compared > 40, True, f"{n_compared} standard errors compared")


@test
def every_standard_error_has_its_word(world):
    n_compared = 0
    for way in ("plain", "design", "brr"):
        for measure in MEASURES:
            for (place, category), row in world.figures(f"{measure}-{way}").items():
                if not row["standard_error"]:
                    equal(row["quality"], "", f"{measure}-{way} of {place} {category}")
                    continue
                value, error = float(row["value"]), float(row["standard_error"])
                base = min(value, 1 - value) if measure == "share" else abs(value)
                if base == 0:
                    continue
                variation = error / base
                close(float(row["variation"]), variation, f"{measure}-{way} of {place} {category}: variation")
                word = "unreliable" if int(row["n"]) < 25 or variation > 0.333 else "caution" if variation > 0.165 else "reliable"
                equal(row["quality"], word, f"{measure}-{way} of {place} {category}")
                n_compared += 1
    equal(n_compared > 100, True, f"{n_compared} words compared")


def main():
    world = World()
    failed = run(world)
    world.baraza.stop()
    shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(failed)


main()
