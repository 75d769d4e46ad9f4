from switchyard_sdk import BaseRouter, run


class CustomRouter(BaseRouter):
    def select_model(self, task):
        if task.language == "rust":
            return self.get_model("rust-specialized")
        return super().select_model(task)


run(CustomRouter())
