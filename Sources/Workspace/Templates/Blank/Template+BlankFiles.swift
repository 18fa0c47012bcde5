extension Template {
    /// Settings, one agent that answers from what is known, and the flow that asks it.
    static let blankFiles = [
        TemplateFile(
            // The ledger's own folder: one above it may already have rules of its own.
            ".daybook/.gitignore",
            #"""
            # The ledger and its keys have their own backup: `daybook backup`.
            *
            """#),
        TemplateFile(
            "daybook.yaml",
            #"""
            # Your business, your models, your limits. `daybook check` reads this and everything beside it.

            # Agents may use these facts in their instructions: {{business.name}}. Add what you like.
            business:
              name: My Company

            owner: {name: owner}

            # Every agent names one of these models. The built-in heuristic is free, works offline, and
            # quotes what it finds.
            models:
              writing: heuristic
              # To use a model on this machine, put one of these in place of the line above.
              #   writing: {url: "http://127.0.0.1:11434/v1", model: "llama3.2:3b"}
              # A model that costs money says what it costs, by the million tokens. The key itself never
              # stands in a file:
              #   writing: {url: "https://api.example.com/v1", model: its-name, key: env:WRITING_KEY,
              #             price: {input: $0.80, output: $4.00}}

            # No call is made that could go beyond these.
            budget: {day: $2.00, month: $25.00}
            """#),
        TemplateFile(
            "agents/assistant.md",
            #"""
            ---
            name: assistant
            description: Answers from what the business knows
            goal: An answer that names the entry it rests on
            model: writing
            # Collections: the folder that a text was imported from, or what `--collection` said.
            knowledge: {read: [knowledge, notes], k: 6, max_tokens: 1500}
            output:
              answer: markdown
            ---
            You answer questions for {{business.name}}.

            Answer from the knowledge you are shown, and name the entry that each statement rests on. If
            the answer is not in it, say so; do not guess.
            """#),
        TemplateFile(
            "flows/ask.yaml",
            #"""
            # A question, answered from what you know: `daybook run ask -f question="what does shipping cost"`.
            name: ask
            on:
              manual: {inputs: {question: {type: text}}}

            steps:
              - id: answer
                agent: assistant
                with: {question: "${{ inputs.question }}"}
            """#),
    ]
}
