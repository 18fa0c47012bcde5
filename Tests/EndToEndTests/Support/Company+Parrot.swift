import Foundation

extension Company {
    /// Adds the flow `offer`: a program repeats what it is shown of the price, a person reviews it, a mail says it.
    func addParrot() throws {
        try edit("daybook.yaml", "  writing: heuristic\n", "  writing: heuristic\n  parrot: \(Self.parrot)\n")
        try write(
            "parrot.sh",
            """
            fact=$(grep -o 'Pro costs .[0-9]* a month' | head -n 1)
            printf '{"subject":"The price","body":"Hello.\\\\n\\\\n%s."}' "$fact"

            """)
        try write(
            "agents/parrot.md",
            """
            ---
            name: parrot
            description: Says what Pro costs
            model: parrot
            knowledge: {read: [product], k: 2, max_tokens: 500}
            output: {subject: text(60), body: markdown}
            ---
            Say what Pro costs.

            """)
        try write(
            "flows/offer.yaml",
            """
            name: offer
            on: {manual: {}}
            steps:
              - id: draft
                agent: parrot
                recall: {price: {from: pricing, query: "what Pro costs", k: 1}}
              - id: edit
                review: draft
                shows: publish
              - id: publish
                effect: newsletter.send
                with: {to: "list:weekly", mail: "${{ steps.edit }}"}

            """)
    }

    private static let parrot = "{command: [/bin/sh, parrot.sh], workdir: ., reconcile: pure}"

    /// Revises the price, as a person would who gets it wrong.
    func setPrice(_ dollars: Int) throws {
        let written = try daybook(
            "knowledge", "add", "pricing", "-", "--revise", input: "Pro costs $\(dollars) a month.\n")
        guard written.status == 0 else { throw Failure(words: written.errors) }
    }
}
