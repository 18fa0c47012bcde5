extension Template {
    /// Who reads, what is sold, and how it is said.
    static let newsletterKnowledge = [
        TemplateFile(
            "knowledge/persona-ana.md",
            #"""
            ---
            title: Ana, who sells her own hours
            collection: personas
            ---
            Ana is 38, designs packaging, and has worked alone for six years. She has eleven regular
            customers and two that pay late. She reads on her phone, between half past seven and eight,
            before the first call.

            She wants fewer small interruptions, and prices that she does not have to defend. What she
            fears is a month without orders, so she says yes too often.

            She tries an idea when it takes less than an hour and does not need new software. She leaves
            a newsletter when it tells her to hire somebody, or when she meets the word "scale" twice.

            About 45 % of our readers are like her: they sell their time.
            """#),
        TemplateFile(
            "knowledge/persona-jonas.md",
            #"""
            ---
            title: Jonas, who runs a small product beside a job
            collection: personas
            ---
            Jonas is 31, writes software for a company four days a week, and sells a tool for choirs on
            the fifth. It has 140 paying customers at 6 dollars a month. He answers support at night.

            He wants to know which of his ideas is worth the one day that he has. He likes figures, he
            notices at once when they are too small to mean anything, and he respects a text that says so.

            He tries an idea when he can measure it within a month. He leaves when an issue is mostly a
            story, and when a claim has no source.

            About 35 % of our readers are like him: a product, few hours, much care.
            """#),
        TemplateFile(
            "knowledge/persona-mei.md",
            #"""
            ---
            title: Mei, who has just left her job
            collection: personas
            ---
            Mei is 44 and gave notice in the spring. She plans menus for small restaurants and has four
            customers, all of whom she knew before. There are savings for ten months.

            She wants to know what can wait. Most advice is written for people who already have
            something to improve, and she has to decide what to do first.

            She tries an idea when the text tells her what to leave out. She leaves when an issue assumes
            a mailing list, a team, or a website with visitors.

            About 20 % of our readers are like her. They write to us most often, and with good questions.
            """#),
        TemplateFile(
            "knowledge/pricing.md",
            #"""
            ---
            title: What Pro costs
            collection: product
            form: fact
            ---
            Pro costs $39 a month.

            A year of Pro costs $390, which is two months less. There is a trial of 14 days without a
            card. Whoever cancels keeps what was downloaded, and is charged nothing more.

            The newsletter is free and stays so. Students and people out of work get Pro for $12 a month;
            they only have to ask.
            """#),
        TemplateFile(
            "knowledge/pro-library.md",
            #"""
            ---
            title: What Pro is
            collection: product
            ---
            Pro is the workshop behind the newsletter. It holds 64 levers, each on one page: the
            situation, the change, what it costs in minutes, and how to tell whether it worked. Every
            page names the businesses that have tried it, with their figures, good or bad.

            Once a month there is an hour in which up to twelve members work on one lever together. The
            hour is not recorded.

            Pro is not a course, has no community to keep up with, and sends no reminders. People use it
            for about 20 minutes a week. There are 87 members.
            """#),
        TemplateFile(
            "knowledge/voice.md",
            #"""
            ---
            title: How The Lever sounds
            collection: product
            ---
            We write as one person to another, at a desk, in the morning. The reader is tired and clever.

            A scene first, then the idea, then figures, then something to do. One idea an issue. Numbers
            keep their source, and we say when they are too small to prove anything. We tell of people by
            their first names, and only what they agreed to.

            Words that we do not use: hack, hustle, crush, unlock, skyrocket, game changer. No countdown,
            no "last chance". Pro is mentioned at most once in an issue, at the end, in one sentence.
            """#),
        TemplateFile(
            "knowledge/how-we-measure.md",
            #"""
            ---
            title: What we count, and what we make of it
            collection: product
            ---
            We count opens, clicks, replies and unsubscribes for each issue, two days and seven days
            after it was sent. Opens are inflated by mail programs that load pictures by themselves,
            so we only compare them with each other.

            A usual issue is opened by 46 % to 54 % of those who receive it, and 8 % to 19 % click.
            More than 1 % of unsubscribes is a reason to read the issue again with the eyes of a
            stranger.

            Issues about prices and about first steps of customers were clicked most. Issues about
            habits were opened as often as others, and clicked least.
            """#),
    ]
}
