"""Does scripts/bench work? Runs it on a small repository and reads what it leaves.

    python3 tests/bench/bench_test.py          the program of dist/; SYNC_ACTION_BIN: another
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

sys.dont_write_bytecode = True
import apache  # noqa: E402
import scenarios  # noqa: E402
import tables  # noqa: E402

BENCH = pathlib.Path(__file__).resolve().parents[2] / "scripts/bench"
CONTENDERS = {"clone", "warm", "sync_action", "sync_action_report", "sync_action_full_report"}


def run_bench(out, *arguments):
    program = os.environ.get("SYNC_ACTION_BIN")
    return subprocess.run(
        [sys.executable, str(BENCH), "--quick", "--out", out, *(["--program", program] if program else []), *arguments],
        capture_output=True, text=True)


class QuickRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.done = run_bench(cls.folder.name)
        if cls.done.returncode == 0:
            cls.report = json.loads(cls.read("bench.json"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def read(cls, name):
        return (pathlib.Path(cls.folder.name) / name).read_text()

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def test_verifies_every_scenario_or_says_why_it_was_skipped(self):
        self.assertEqual(self.report["wrong"], [])
        skipped = {entry["scenario"] for entry in self.report["skipped"]}
        titles = {result["scenario"] for result in self.report["results"]}
        self.assertEqual(len(titles) + len(skipped), len(scenarios.KEYS))
        for result in self.report["results"]:
            self.assertTrue(result["verified"])

    def test_measures_every_contender_in_every_scenario(self):
        for scenario in {result["scenario"] for result in self.report["results"]}:
            there = {r["contender"] for r in self.report["results"]
                     if r["scenario"] == scenario and r["link"] == "loopback"}
            self.assertEqual(there, CONTENDERS, scenario)

    def test_counts_what_went_over_the_wire(self):
        for result in self.report["results"]:
            if result["contender"] != "warm":  # which has an empty target's objects already
                self.assertGreater(result["bytes_down"], result["floor_bytes"] * 0.9)
            self.assertGreaterEqual(result["requests_source"], 1)
            self.assertGreaterEqual(result["requests_target"], 1)

    def test_slow_link_costs_its_round_trips(self):
        slow = [r for r in self.report["results"] if r["link"] == "slow"]
        self.assertTrue(slow)
        for result in slow:
            self.assertGreater(result["wall_s"], 0.030 * (1 + result["serial_requests"]))

    def test_table_has_every_row(self):
        table = self.read("bench.md")
        for result in self.report["results"]:
            self.assertIn(f"| {result['title']} | {result['name']} |", table)
        for goal in self.report["goals"]:
            self.assertIn(goal["goal"], table)

    def test_chart_is_well_formed_and_has_every_bar(self):
        chart = xml.dom.minidom.parseString(self.read("bench.svg"))
        bars = [rect for rect in chart.getElementsByTagName("rect") if rect.getElementsByTagName("title")]
        self.assertEqual(len(bars), len(self.report["results"]))

    def test_table_goes_between_the_markers_of_readme(self):
        text = tables.put_into(f"a\n{tables.MARK_BEGIN}\nold\n{tables.MARK_END}\nb\n", self.report)
        self.assertTrue(text.startswith(f"a\n{tables.MARK_BEGIN}\n") and text.endswith(f"{tables.MARK_END}\nb\n"))
        self.assertNotIn("old\n", text)
        self.assertIn("| no-op |", text)


class Liar(unittest.TestCase):
    def test_who_does_nothing_fast_does_not_win(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run_bench(folder, "--links", "loopback", "--scenarios", "one_commit", "--other", "liar=true")
            self.assertEqual(done.returncode, 1, done.stderr)
            report = json.loads((pathlib.Path(folder) / "bench.json").read_text())
            self.assertEqual([wrong["contender"] for wrong in report["wrong"]], ["liar"])
            self.assertIn("refs are not as they should be", report["wrong"][0]["problem"])
            self.assertNotIn("liar", {result["contender"] for result in report["results"]})


class SerialRequests(unittest.TestCase):
    def test_requests_side_by_side_count_once(self):
        self.assertEqual(apache.longest_chain([(0, 10), (2, 9), (10, 20), (12, 30)]), 2)
        self.assertEqual(apache.longest_chain([(0, 10), (10, 20), (20, 30)]), 3)
        self.assertEqual(apache.longest_chain([]), 0)

    def test_requests_that_were_on_their_way_together_count_once(self):
        self.assertEqual(apache.longest_chain([(0, 4), (5, 9), (10, 12), (42, 50)], pause=15), 2)
        self.assertEqual(apache.longest_chain([(0, 10), (25, 40), (55, 60)], pause=15), 3)


if __name__ == "__main__":
    unittest.main()
