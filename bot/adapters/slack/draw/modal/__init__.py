"""Forms: what they show, and what comes back from them.

field filling      the fields of a type, as inputs and read back
frame              the view around them; views without a form
form               the forms for each verb
preview            before and after, in the form of an edit
typed              forms made from a type: edit, start, answer
"""
