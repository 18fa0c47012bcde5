import Testing

@Suite struct BusinessProblemTests {
    private static let path = "daybook.yaml"
    private static let local = "{url: \"http://127.0.0.1:11434/v1\", model: \"llama3.2:3b\"}"
    private static let coder = "{command: [cat], pass_env: [HOME]}"

    static let problems = [
        BadInput(path, "models:", "model:", "2:1: daybook.yaml has no key \"model\"", hint: "did you mean \"models\"?"),
        BadInput(path, "name: Small Levers, ", "", "1:11: `business` needs `name`"),
        BadInput(path, "country: NO", "2country: NO", "1:32: \"2country\" is no name"),
        BadInput(path, "country: NO", "country: ~", "1:41: `country` is empty", hint: "quote it"),
        BadInput(path, "writing: heuristic", "writing: heuristics", "3:12: `model` cannot be \"heuristics\""),
        BadInput(path, "coder: ", "person: ", "5:3: a model cannot be called \"person\"", hint: "the word is taken"),
        BadInput(path, local, "{url: \"http://127.0.0.1:11434/v1\"}", "4:10: a model needs `model`"),
        BadInput(path, local, "{url: 127.0.0.1, model: m}", "4:16: `url` cannot be \"127.0.0.1\""),
        BadInput(
            path, local, "{url: \"http://me:pw@localhost\", model: m}",
            "4:16: `url` cannot be \"http://...@localhost\""),
        BadInput(
            path, local, "{url: \"http://localhost\", model: m, key: sk-1234}", "4:51: `key` never stands in a file",
            hint: "key: env:ITS_NAME"),
        BadInput(
            path, local, "{url: \"http://example.com\", model: m, key: env:K}",
            "4:48: the key would cross the network in the clear", hint: "https"),
        BadInput(
            path, local, "{url: \"http://localhost\", model: m, maxTokens: 5}",
            "4:46: a model has no key \"maxTokens\"", hint: "did you mean \"max_tokens\"?"),
        BadInput(
            path, local, "{url: \"http://localhost\", model: m, temperature: 2.1}",
            "4:59: `temperature` cannot be \"2.1\""),
        BadInput(
            path, local, "{url: \"http://localhost\", model: m, price: {input: 0.80, output: $4}}",
            "4:61: `input` cannot be \"0.80\"", hint: "with the dollar sign"),
        BadInput(
            path, "models:", "embedder: {path: a.pack, url: \"http://localhost\"}\nmodels:",
            "2:26: `path` names weights on this machine, and `url` belongs to a server", hint: "keep one"),
        BadInput(
            path, "models:", "embedder: {path: ~/a.pack}\nmodels:",
            "2:18: `path` begins with `~`, which only a shell understands", hint: "whole path"),
        BadInput(path, "models:", "embedder: {path: ''}\nmodels:", "2:18: `path` is blank"),
        BadInput(
            path, "models:", "embedder: {path: daybook.yaml, pth: b}\nmodels:", "2:32: `embedder` has no key \"pth\"",
            hint: "did you mean \"path\"?"),
        BadInput(path, coder, "{command: []}", "5:20: `command` is empty"),
        BadInput(path, coder, "{command: cat}", "5:20: `command` is a list, and this is a text"),
        BadInput(path, coder, "{command: [cat], workdir: ../x}", "5:36: `../x` leads out of the workspace"),
        BadInput(
            path, coder, "{command: [cat], reconcile: pur}",
            "5:38: `reconcile` cannot be \"pur\"", hint: "\"pure\""),
        BadInput(path, coder, "{command: [cat], max_output: 1GiB}", "5:39: `max_output` cannot be \"1GiB\""),
        BadInput(
            path, "kind: maildir", "kind: buttondown",
            "8:11: `kind` cannot be \"buttondown\"", hint: "maildir, smtp"),
        BadInput(
            path, "path: outbox", "path: /tmp/outbox",
            "9:11: `/tmp/outbox` is absolute; paths are relative to the workspace"),
        BadInput(path, "path: outbox", "path: .daybook/mail", "9:11: `.daybook` is Daybook's own folder"),
        BadInput(
            path, "path: outbox", "path: outbox\n    url: smtp://x",
            "10:5: a maildir connector has no key \"url\""),
        BadInput(
            path, "<lever@example.com>", "<lever@example>",
            "10:11: `from` cannot be \"The Lever <lever@example>\""),
        BadInput(
            path, "Lever <", "Lever\\nBcc: x@example.com <",
            "10:11: `from` cannot be \"The Lever Bcc: x@example.com <lever@exam...\""),
        BadInput(path, "$2.00", "2.00", "11:15: `day` cannot be \"2.00\"", hint: "$0.20"),
        BadInput(path, "$2.00", "$1e308", "11:15: `day` cannot be \"$1e308\""),
        BadInput(path, "$2.00", "$-2", "11:15: `day` cannot be \"$-2\""),
        BadInput(path, "$25.00", "$0.0000001", "11:29: `month` cannot be \"$0.0000001\""),
    ]

    @Test(arguments: problems) func `a problem of daybook yaml is told once, with its place`(bad: BadInput) throws {
        try bad.check()
    }

    @Test func `a secret is never repeated in a message`() throws {
        let found = try Fixture.diagnostics(
            replacing: Self.local, with: "{url: \"http://localhost\", model: m, key: sk-1234}", in: Self.path)
        #expect(found.count == 1)
        #expect(!found.joined().contains("sk-1234"))
    }

    @Test func `an smtp connector keeps its password elsewhere`() throws {
        let smtp = "kind: smtp\n    url: smtp://127.0.0.1:2525\n    user: me\n    password: env:SMTP_PASSWORD"
        let maildir = "kind: maildir\n    path: outbox"
        #expect(try Fixture.diagnostics(replacing: maildir, with: smtp, in: Self.path).isEmpty)
        let literal = smtp.replacing("env:SMTP_PASSWORD", with: "hunter2")
        let found = try Fixture.diagnostics(replacing: maildir, with: literal, in: Self.path)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("daybook.yaml:11:15: `password` never stands in a file") == true)
        #expect(!found.joined().contains("hunter2"))
    }

    @Test func `a broken daybook yaml is not blamed on the files that refer to it`() throws {
        #expect(try Fixture.diagnostics(Self.path, "business: [").count == 1)
    }
}
