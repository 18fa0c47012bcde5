extension Template {
    /// The business, its flows and its list.
    static let newsletterSettings = [
        TemplateFile(
            ".gitignore",
            #"""
            # The ledger holds what happened and has its own backup: `daybook backup`.
            .daybook/
            # Mail that the maildir connector wrote.
            outbox/
            """#),
        TemplateFile(
            "daybook.yaml",
            #"""
            # Your business, your models, your limits. `daybook check` reads this and everything beside it.

            # Agents may use these facts in their instructions: {{business.newsletter}}.
            business:
              name: Small Levers
              newsletter: The Lever
              audience: people who run a company alone
              promise: one small change a week that pays for itself within a month

            owner: {name: owner}

            # Every agent names one of these models. The built-in heuristic is free, works offline, and
            # writes plain prose.
            models:
              writing: heuristic
              # To use a model on this machine, put one of these in place of the line above.
              # Ollama (`ollama pull llama3.2:3b`):
              #   writing: {url: "http://127.0.0.1:11434/v1", model: "llama3.2:3b"}
              # llama.cpp (`llama-server -m model.gguf --port 8080`):
              #   writing: {url: "http://127.0.0.1:8080/v1", model: local}
              # A model that costs money says what it costs, by the million tokens. The key itself never
            # stands in a file:
              #   writing: {url: "https://api.example.com/v1", model: its-name, key: env:WRITING_KEY,
              #             price: {input: $0.80, output: $4.00}}

            # How mail leaves. A maildir only writes files into a folder, so it reaches nobody.
            connectors:
              newsletter:
                kind: maildir
                path: outbox
                from: "The Lever <lever@example.com>"
                unsubscribe: "mailto:lever@example.com?subject=unsubscribe"

            # No call is made that could go beyond these.
            budget: {day: $2.00, month: $25.00}
            """#),
        TemplateFile(
            "flows/newsletter.yaml",
            #"""
            # One issue of the newsletter, from the plan to the mail. Run it with `daybook run newsletter`,
            # or name a topic: `daybook run newsletter -f topic="pricing pages"`.
            name: newsletter
            on:
              manual: {inputs: {topic: {type: text, required: false}}}

            steps:
              # What the issue is about, with an eye on what earlier issues achieved.
              - id: plan
                agent: strategist
                with: {topic: "${{ inputs.topic }}"}
                recall:
                  past: {from: issues, query: "${{ inputs.topic }} small change for solo founders", k: 5}
                  results: {from: outcomes, last: 8}

              # What others have written. Files, so no network is needed; a feed may also be an https URL.
              - id: sources
                read:
                  - feed: sources/one-desk.xml
                  - feed: sources/counter-notes.xml
                  - folder: sources/notes
                items_max: 40

              # What of that answers the questions of the plan.
              - id: research
                agent: researcher
                with:
                  questions: "${{ steps.plan.questions }}"
                  sources: "${{ steps.sources }}"
                retry: {max: 3, backoff: 2s}

              - id: draft
                agent: writer
                with:
                  plan: "${{ steps.plan }}"
                  notes: "${{ steps.research }}"
                timeout: 10m

              # You read the draft and the exact mail; one yes binds both.
              - id: edit
                review: draft
                shows: publish
                on_respond: {redo: draft, at_most: 3}
                expires: {after: 3d, remind: 12h, then: park}

              # Sends what you approved, and nothing else.
              - id: publish
                effect: newsletter.send
                with: {to: "list:weekly", mail: "${{ steps.edit }}"}
            """#),
        TemplateFile(
            "flows/figures.yaml",
            #"""
            # What the last issues taught us. Record figures first, with `daybook outcome set` or
            # `daybook outcome import`; then `daybook run figures`.
            name: figures
            on:
              manual: {}

            steps:
              - id: lessons
                agent: observer
                recall:
                  results: {from: outcomes, last: 12}
                  past: {from: issues, query: "what readers opened, clicked and left for", k: 4}
            """#),
        TemplateFile(
            "lists/weekly.csv",
            #"""
            email,name,since
            ana@example.com,Ana Duarte,2026-02-09
            jonas@example.com,Jonas Weber,2026-03-02
            priya@example.com,Priya Nair,2026-05-18
            tom@example.com,Tom Lindqvist,2026-07-06
            mei@example.com,Mei Tanaka,2026-09-21
            """#),
    ]
}
