"""Kills daybook with SIGKILL at random moments; checks that nothing acknowledged is lost or mailed twice.

SMTP goes to a server of its own on 127.0.0.1 (python3-aiosmtpd).
"""
import collections, json, os, random, re, shutil, signal, subprocess, sys, tempfile, threading

PROCESS_SECONDS_MAX = 120
PROBLEMS_SHOWN_MAX = 20
ROUNDS_MAX = 40
# The latest moment of a kill.
WINDOW_SECONDS = 0.6


class Mailbox:
    """A real SMTP server on loopback that remembers every message it has acknowledged or may have."""

    def __init__(self):
        sys.path.append("/usr/lib/python3/dist-packages")
        from aiosmtpd.controller import Controller

        self.received = collections.Counter()
        self.lock = threading.Lock()
        self.controller = Controller(self, hostname="127.0.0.1", port=0)
        # Controller insists on a port it can connect to; let the system choose one first.
        import socket

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.controller.port = probe.getsockname()[1]
        self.controller.start()
        self.port = self.controller.port

    async def handle_DATA(self, server, session, envelope):
        text = envelope.content.decode("utf-8", "replace")
        key = next(l for l in text.splitlines() if l.lower().startswith("message-id:"))
        with self.lock:
            self.received[(key.split(":", 1)[1].strip(), envelope.rcpt_tos[0])] += 1
        return "250 kept"


class Torture:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.folder = tempfile.mkdtemp(prefix="daybook-torture-")
        self.company = os.path.join(self.folder, "company")
        self.kills = 0
        self.commands = 0
        self.unknown = 0
        self.acknowledged = {}
        self.problems = []
        self.mailbox = None

    def daybook(self, *arguments, check=None):
        done = subprocess.run(
            [self.options.binary, *arguments], cwd=self.company if os.path.isdir(self.company) else self.folder,
            capture_output=True, text=True, timeout=PROCESS_SECONDS_MAX, stdin=subprocess.DEVNULL)
        if check is not None and done.returncode not in check:
            self.problems.append(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()[:300]}")
        return done

    def killed(self, *arguments):
        """Starts a command and kills it after a random time; what it printed before is acknowledged."""
        self.commands += 1
        process = subprocess.Popen(
            [self.options.binary, *arguments], cwd=self.company, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, text=True)
        try:
            out, _ = process.communicate(timeout=self.random.uniform(0.01, WINDOW_SECONDS))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            self.kills += 1
            out, _ = process.communicate()
        for line in out.splitlines():
            try:
                self.acknowledge(json.loads(line))
            except ValueError:
                pass  # The line was cut by the kill.

    def acknowledge(self, answer):
        if "job" in answer and "state" in answer:
            self.acknowledged.setdefault(answer["job"], set()).add(answer["state"])

    def objects(self, *arguments):
        done = self.daybook(*arguments, check=[0])
        return [json.loads(line) for line in done.stdout.splitlines()]

    def witness(self):
        """Every event that a reader sees is acknowledged to that reader: it must stay."""
        for event in self.objects("log", "--json", "--limit", "100000"):
            known = self.events.setdefault(event["position"], (event["stream"], event["event"]))
            if known != (event["stream"], event["event"]):
                self.problems.append(f"@{event['position']} was {known}, is {event['stream']} {event['event']}")

    def run(self):
        self.events = {}
        self.daybook("init", "newsletter", self.company, check=[0])
        if self.options.connector == "smtp":
            self.mailbox = Mailbox()
            self.use_smtp(self.mailbox.port)
        while self.kills < self.options.job_kills and not self.problems:
            waiting = self.objects("inbox", "--json")
            choice = self.random.random()
            if waiting and choice < 0.55:
                self.settle(self.random.choice(waiting), self.killed)
            elif choice < 0.85:
                self.killed("run", "newsletter", "--json")
            else:
                self.killed("work", "--json")
            if self.random.random() < 0.1:
                self.witness()
        self.finish()
        return self.report()

    def settle(self, question, command):
        if question["kind"] != "unknown":
            return command("review", question["id"], "--approve", "--json")
        self.unknown += 1
        arrived = self.unknown_arrived(question)
        command("review", question["id"], "--approve" if arrived else "--reject", "--json")

    def unknown_arrived(self, question):
        """What a person would do: look into the other side's mailbox."""
        page = json.loads(self.daybook("review", question["id"], "--json", check=[3]).stdout)
        events = self.objects("job", "events", question["job"], "--json")
        asked = next(e for e in events if f"{question['job']}@{e['version']}" == question["id"])
        started = next(e for e in events if e["version"] == asked["data"]["about"])
        key = started["data"]["idempotencyKey"]
        with self.mailbox.lock:
            return any(key[:40] in message for message, _ in self.mailbox.received)

    def finish(self):
        """The next `daybook work`: everything that can move ends."""
        for _ in range(ROUNDS_MAX):
            self.daybook("work", "--json", check=[0, 1])
            waiting = self.objects("inbox", "--json")
            if not waiting:
                break
            for question in waiting:
                self.settle(question, lambda *a: self.daybook(*a))
        self.witness()
        jobs = {job["id"]: job["state"] for job in self.objects("job", "list", "--json")}
        for job, state in jobs.items():
            if state not in ("completed", "failed", "cancelled"):
                self.problems.append(f"{job} has not ended: {state}")
        for job in self.acknowledged:
            if job not in jobs:
                self.problems.append(f"{job} was acknowledged and is missing")
        head = self.objects("log", "--json", "--limit", "100000")
        if [e["position"] for e in head] != list(range(1, len(head) + 1)):
            self.problems.append("positions have gaps")
        if self.events and max(self.events) > len(head):
            self.problems.append(f"@{max(self.events)} was seen and is missing")
        self.daybook("verify", check=[0])
        self.daybook("replay", "--all", check=[0])
        self.check_mail(jobs)
        self.jobs = jobs

    def check_mail(self, jobs):
        recipients = sum(1 for _ in open(os.path.join(self.company, "lists/weekly.csv"))) - 1
        completed = [job for job, state in jobs.items() if state == "completed"]
        if self.mailbox:
            counts = list(self.mailbox.received.values())
        else:
            folder = os.path.join(self.company, "outbox/new")
            names = os.listdir(folder) if os.path.isdir(folder) else []
            counts = list(collections.Counter(name.rsplit(".", 2)[-2] for name in names).values())
        if any(count > 1 for count in counts):
            self.problems.append(f"{sum(1 for c in counts if c > 1)} mails were delivered more than once")
        if not recipients * len(completed) <= len(counts) <= recipients * len(jobs):
            self.problems.append(f"{len(counts)} mails of {len(completed)} completed jobs to {recipients} people")
        self.mails = len(counts)

    def use_smtp(self, port):
        path = os.path.join(self.company, "daybook.yaml")
        text = open(path).read()
        block = (
            "connectors:\n  newsletter: {kind: smtp, url: \"smtp://127.0.0.1:%d\","
            " from: \"The Lever <lever@example.com>\", unsubscribe: \"https://example.com/unsubscribe\"}\n" % port)
        text = re.sub(r"^connectors:\n(?:[ ].*\n)+", lambda _: block, text, flags=re.MULTILINE)
        open(path, "w").write(text)
        self.daybook("check", check=[0])

    def report(self):
        states = collections.Counter(self.jobs.values())
        ends = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        head = f"torture jobs, {self.options.connector}: seed {self.options.seed}, {self.kills} kills"
        if not self.problems:
            print(
                f"{head} in {self.commands} commands, {len(self.jobs)} jobs ({ends}), {len(self.events)} events seen, "
                f"0 lost, {self.mails} mails, each once, {self.unknown} put to a person as unknown")
            shutil.rmtree(self.folder, ignore_errors=True)
            return 0
        print(f"{head}: BROKEN")
        for problem in self.problems[:PROBLEMS_SHOWN_MAX]:
            print("  " + problem)
        print(f"  left for you to look at: {self.company}")
        return 1


def run(options):
    return Torture(options).run()
