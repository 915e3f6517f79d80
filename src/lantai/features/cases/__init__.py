"""What appraisal 鉴定, destruction 销毁 and transfer 移交 share: a list, its root, actions by different persons, history."""
